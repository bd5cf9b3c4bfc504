//! Local files that do not open: each is seen in the real window in words, with a way forward, and nothing is lost.

use crate::report::Report;
use crate::window::{Answer, Window};
use crate::{Places, axe, desktop, disk};
use mottaget_client::{ProfileId, folder_mark};
use mottaget_protocol::Me;
use mottaget_store::{Keys, Store};
use std::path::{Path, PathBuf};

const NEWER: &[u8] = include_bytes!("../../fixtures/newer-mirror.db");
/// The key of the mirror in that fixture, as it stands in the keychain's text: first of the three.
const NEWER_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// The person whose files they are; the last who was signed in.
struct Broken<'a> {
    places: &'a Places,
    report: &'a mut Report,
    data: &'a Path,
    who: &'a Me,
    /// The profile's folder.
    folder: PathBuf,
    /// The name of its keys in the keychain.
    user: String,
    /// The keys that fit, as text.
    keys: String,
}

pub async fn walk(places: &Places, report: &mut Report, data: &Path, who: &Me) -> Answer<()> {
    let profile = ProfileId::of("practice", &who.staff.hsa_id);
    let user = format!("{}/{profile}/keys", folder_mark(data));
    let keys = desktop::secret_of(&user)?;
    let folder = data.join("cache").join(profile.as_str());
    let mut broken = Broken { places, report, data, who, folder, user, keys };
    broken.newer_then_damaged().await?;
    broken.without_its_key().await
}

impl Broken<'_> {
    async fn open(&self) -> Answer<Window> {
        let data = self.data.to_string_lossy();
        desktop::ended(&data).await?;
        Window::open(&self.places.app, &["--practice", "--data-dir", &data], &[]).await
    }

    async fn picture(&mut self, window: &Window, name: &str) -> Answer<()> {
        let png = window.picture().await?;
        self.report.picture(name, &png);
        axe::check(window, name).await
    }

    /// Waits until the sign-in page tells this.
    async fn told(&mut self, window: &Window, code: &str, words: &str) -> Answer<()> {
        let seen = window.read(&format!("[data-test=trouble][data-code='{code}']"), words).await;
        let looked = self.picture(window, code).await;
        seen?;
        looked
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Answer<()> {
        std::fs::write(self.folder.join(name), bytes).map_err(|error| format!("{name}: {error}"))
    }

    async fn newer_then_damaged(&mut self) -> Answer<()> {
        let mirror = self.folder.join("mirror.db");
        let mut own = std::fs::read(&mirror).map_err(|error| error.to_string())?;
        let prints = std::fs::read_to_string(self.folder.join("keys.check")).map_err(|error| error.to_string())?;
        let others: String =
            prints.lines().filter(|line| !line.starts_with("mirror.db")).flat_map(|line| [line, "\n"]).collect();
        let rest = self.keys.get(NEWER_KEY.len()..).ok_or("the keys are too short")?;
        desktop::put_secret(&self.user, &format!("{NEWER_KEY}{rest}"))?;
        self.put("keys.check", others.as_bytes())?;
        self.put("mirror.db", NEWER)?;
        let window = self.open().await?;
        let outcome = self.newer_then_damaged_in(&window, &mirror, &mut own, &prints).await;
        self.end(window, outcome).await
    }

    async fn newer_then_damaged_in(
        &mut self,
        window: &Window,
        mirror: &Path,
        own: &mut [u8],
        prints: &str,
    ) -> Answer<()> {
        self.told(window, "cache-newer", "Uppdatera programmet").await?;
        if window.count("[data-test=trouble-anew]").await? != 0 {
            return Err("a newer program's files are offered to be set aside".into());
        }
        if std::fs::read(mirror).map_err(|error| error.to_string())? != NEWER {
            return Err("the newer program's file was changed".into());
        }
        self.report.saw("files of a newer program: the window says to update, and changes nothing");

        // The program that knows them is back, but the disk has lost a piece.
        own.iter_mut().take(2048).for_each(|byte| *byte = !*byte);
        desktop::put_secret(&self.user, &self.keys)?;
        self.put("keys.check", prints.as_bytes())?;
        self.put("mirror.db", own)?;
        window.click("[data-test=trouble-retry]").await?;
        self.told(window, "cache-corrupt", "hämtas på nytt").await?;
        let files = disk::files_below(&self.folder)?;
        let kept = files.iter().any(|path| {
            path.to_string_lossy().contains("mirror.db.damaged-") && std::fs::read(path).is_ok_and(|bytes| bytes == own)
        });
        if !kept {
            let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |facts| facts.len());
            let there: Vec<String> = files.iter().map(|path| format!("{} {}", path.display(), size(path))).collect();
            return Err(format!("the damaged file of {} bytes was not kept: {there:?}", own.len()));
        }
        window.click("[data-test=trouble-retry]").await?;
        self.signed_in(window).await?;
        self.report.saw("a damaged file: the window says so, keeps it aside, and goes on with what the server has");
        Ok(())
    }

    async fn without_its_key(&mut self) -> Answer<()> {
        desktop::put_secret(&self.user, "inte en nyckel")?;
        let window = self.open().await?;
        let outcome = self.without_its_key_in(&window).await;
        self.end(window, outcome).await
    }

    async fn without_its_key_in(&mut self, window: &Window) -> Answer<()> {
        self.told(window, "keychain-changed", "går inte att använda").await?;
        window.click("[data-test=trouble-anew]").await?;
        window.read("[data-test=confirm-dialog]", "går bara att öppna med den gamla nyckeln").await?;
        self.picture(window, "start-anew").await?;
        if !self.folder.join("unsent.db").is_file() {
            return Err("the files were moved before anybody said yes".into());
        }
        window.click("[data-test=confirm-go]").await?;
        window.see("[data-test=set-aside]").await?;
        let aside = PathBuf::from(window.text("[data-test=set-aside-folder]").await?);
        self.picture(window, "set-aside").await?;
        self.expect_aside(&aside)?;
        self.choose(window).await?;
        self.signed_in(window).await?;
        self.report.saw("a garbled key: the files are set aside after a yes, whole; signing in fills new ones");

        window.click("[data-test=user-menu]").await?;
        window.click("[data-test=user-menu-signOut]").await?;
        let key = desktop::secret_of(&self.user)?;
        desktop::forget_secret(&self.user)?;
        self.choose(window).await?;
        self.told(window, "keys-gone", "finns inte kvar i nyckelringen").await?;
        if desktop::secret_of(&self.user).is_ok_and(|text| !text.is_empty()) {
            return Err("a new key was made in silence although there are files".into());
        }
        desktop::put_secret(&self.user, &key)?;
        self.choose(window).await?;
        self.signed_in(window).await?;
        self.report.saw("a missing key: said, and no new one is made; once it is restored everything opens");
        Ok(())
    }

    /// The folder lies beside the profile's own, opens with the old key, and what stood in the keychain is kept.
    fn expect_aside(&self, aside: &Path) -> Answer<()> {
        if aside.parent() != self.folder.parent() || self.folder.join("unsent.db").exists() {
            return Err(format!("set aside in {}", aside.display()));
        }
        let old = Keys::from_secret(&self.keys).map_err(|error| error.to_string())?;
        Store::open(aside, &old).map_err(|error| format!("the old key opens it no more: {error}"))?;
        let name = aside.file_name().ok_or("no name")?.to_string_lossy().into_owned();
        if desktop::secret_of(&format!("{}/{name}/keys", folder_mark(self.data)))? != "inte en nyckel" {
            return Err("the old entry of the keychain is gone".into());
        }
        Keys::from_secret(&desktop::secret_of(&self.user)?).map_err(|error| format!("the new keys: {error}"))?;
        Ok(())
    }

    async fn choose(&self, window: &Window) -> Answer<()> {
        window.click(&format!("[data-test=person][data-hsa-id='{}']", self.who.staff.hsa_id)).await
    }

    async fn signed_in(&self, window: &Window) -> Answer<()> {
        window.see("[data-test=start] [data-test=card]").await?;
        window.read("[data-test=connection]", "Ansluten").await.map(drop)
    }

    async fn end(&mut self, window: Window, outcome: Answer<()>) -> Answer<()> {
        if outcome.is_err()
            && let Ok(png) = window.picture().await
        {
            self.report.picture("ended-here", &png);
        }
        let closed = window.close().await;
        outcome.and(closed)
    }
}
