//! The S3 server of these tests is one: what it grants and refuses, seen by the program's own client.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::Path as Cle;
use object_store::{
    Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode, UpdateVersion,
    WriteMultipart,
};

use crate::outils::s3::{Magasin, SEAU};

struct Essai {
    magasin: Magasin,
    client: AmazonS3,
    racine: PathBuf,
}

impl Essai {
    fn ouvrir() -> Self {
        static SUIVANT: AtomicU32 = AtomicU32::new(0);
        let numero = SUIVANT.fetch_add(1, Ordering::Relaxed);
        let racine =
            std::env::temp_dir().join(format!("delicego-s3-{}-{numero}", std::process::id()));
        let magasin = Magasin::ouvrir(&racine);
        let client = client(&magasin, SEAU, &[]);
        Self { magasin, client, racine }
    }

    async fn poser(&self, noms: &[&str]) {
        for nom in noms {
            self.client.put(&cle(nom), nom.as_bytes().to_vec().into()).await.unwrap();
        }
    }
}

impl Drop for Essai {
    fn drop(&mut self) {
        let _deja_parti = std::fs::remove_dir_all(&self.racine);
    }
}

/// As it is: `from` would write `%C3%A9` for é.
fn cle(nom: &str) -> Cle {
    Cle::parse(nom).unwrap()
}

/// With these settings in place of the right ones.
fn client(magasin: &Magasin, seau: &str, autres: &[(&str, &str)]) -> AmazonS3 {
    let _deja_la = rustls::crypto::ring::default_provider().install_default();
    let mut client = AmazonS3Builder::new().with_bucket_name(seau);
    let variables = magasin.variables();
    let variables = variables.iter().map(|(nom, valeur)| (*nom, valeur.as_str()));
    for (nom, valeur) in variables.chain(autres.iter().copied()) {
        let reglage: AmazonS3ConfigKey = nom.to_ascii_lowercase().parse().unwrap();
        client = client.with_config(reglage, valeur);
    }
    client.build().unwrap()
}

#[tokio::test]
async fn the_store_of_the_tests_answers_only_who_has_the_secret() {
    let e = Essai::ouvrir();
    let nom = "cuisine/à garder & lire";
    e.poser(&[nom]).await;
    let cle = cle(nom);
    for (reglage, faux, code) in [
        ("AWS_SECRET_ACCESS_KEY", "secret-d-un-autre", "SignatureDoesNotMatch"),
        ("AWS_ACCESS_KEY_ID", "autre-cle", "InvalidAccessKeyId"),
        ("AWS_REGION", "us-east-1", "AccessDenied"),
        ("AWS_SKIP_SIGNATURE", "true", "AccessDenied"),
    ] {
        let intrus = client(&e.magasin, SEAU, &[(reglage, faux)]);
        let refus = [
            intrus.get(&cle).await.map(drop),
            intrus.put(&cle, "écrasé".into()).await.map(drop),
            intrus.delete(&cle).await,
            intrus.list(None).try_collect::<Vec<_>>().await.map(drop),
        ];
        for refus in refus {
            let texte = format!("{refus:?}");
            assert!(texte.contains("403") && texte.contains(code), "{reglage} : {texte}");
        }
    }
    assert_eq!(e.client.get(&cle).await.unwrap().bytes().await.unwrap(), nom);
    let ailleurs = client(&e.magasin, "un-autre-seau", &[]).get(&cle).await;
    assert!(format!("{ailleurs:?}").contains("NoSuchBucket"), "{ailleurs:?}");
    let absent = e.client.head(&Cle::from("cuisine")).await;
    assert!(matches!(absent, Err(Error::NotFound { .. })), "{absent:?}");
}

#[tokio::test]
async fn the_store_of_the_tests_reads_in_pieces_and_writes_on_conditions() {
    let e = Essai::ouvrir();
    e.poser(&["0123456789"]).await;
    let cle = cle("0123456789");
    let bouts = [GetRange::Bounded(2..5), GetRange::Offset(7), GetRange::Suffix(4)];
    for (bout, attendu) in bouts.into_iter().zip(["234", "789", "6789"]) {
        let options = GetOptions { range: Some(bout), ..GetOptions::default() };
        let lu = e.client.get_opts(&cle, options).await.unwrap().bytes().await.unwrap();
        assert_eq!(lu, attendu);
    }
    assert!(e.client.get_range(&cle, 10..12).await.is_err());
    let vu = e.client.head(&cle).await.unwrap();
    assert_eq!(vu.size, 10);
    let encore = e.client.put_opts(&cle, "autre".into(), PutMode::Create.into()).await;
    assert!(matches!(encore, Err(Error::AlreadyExists { .. })), "{encore:?}");
    let connue = UpdateVersion { e_tag: vu.e_tag, version: None };
    let changer = || PutMode::Update(connue.clone()).into();
    e.client.put_opts(&cle, "autre".into(), changer()).await.unwrap();
    let perimee = e.client.put_opts(&cle, "encore".into(), changer()).await;
    assert!(matches!(perimee, Err(Error::Precondition { .. })), "{perimee:?}");
    assert_eq!(e.client.get(&cle).await.unwrap().bytes().await.unwrap(), "autre");
}

#[tokio::test]
async fn the_store_of_the_tests_lists_by_folder_and_by_page_and_deletes() {
    let e = Essai::ouvrir();
    let noms = ["a", "nuit/1", "nuit/2", "nuit/<é>/3", "soir/4"];
    e.poser(&noms).await;
    let tous = async |devant: Option<&Cle>| -> Vec<String> {
        let tous = e.client.list(devant).map_ok(|o| o.location.to_string());
        tous.try_collect().await.unwrap()
    };
    assert_eq!(tous(None).await, noms);
    assert_eq!(tous(Some(&cle("nuit"))).await, noms[1..4]);
    let dossier = e.client.list_with_delimiter(Some(&cle("nuit"))).await.unwrap();
    let objets: Vec<_> = dossier.objects.iter().map(|o| o.location.to_string()).collect();
    let dossiers: Vec<_> = dossier.common_prefixes.iter().map(ToString::to_string).collect();
    assert_eq!((objets, dossiers), (vec![noms[1].into(), noms[2].into()], vec!["nuit/<é>".into()]));

    let (mut page, mut par_deux) = (None, Vec::new());
    loop {
        let deux =
            PaginatedListOptions { max_keys: Some(2), page_token: page, ..Default::default() };
        let lu = e.client.list_paginated(None, deux).await.unwrap();
        par_deux.push(lu.result.objects.len());
        page = lu.page_token;
        if page.is_none() {
            break;
        }
    }
    assert_eq!(par_deux, [2, 2, 1]);

    let partants = [noms[0], noms[3], "jamais/venu"].map(|nom| Ok(cle(nom)));
    let partis: Vec<_> = e.client.delete_stream(stream::iter(partants).boxed()).collect().await;
    assert!(partis.len() == 3 && partis.iter().all(Result::is_ok), "{partis:?}");
    assert_eq!(tous(None).await, [noms[1], noms[2], noms[4]]);
}

#[tokio::test]
async fn an_object_sent_to_the_store_of_the_tests_in_parts_is_seen_when_it_is_whole() {
    let e = Essai::ouvrir();
    let cle = cle("nuit/grand");
    let grand: Vec<u8> = (0..12_u32 << 20).map(|n| (n % 251) as u8).collect();
    for garder in [false, true] {
        let envoi = e.client.put_multipart(&cle).await.unwrap();
        let mut envoi = WriteMultipart::new_with_chunk_size(envoi, 5 << 20);
        envoi.write(&grand);
        envoi.wait_for_capacity(1).await.unwrap();
        assert_eq!(e.magasin.objets("nuit"), []);
        if garder {
            envoi.finish().await.unwrap();
        } else {
            envoi.abort().await.unwrap();
        }
    }
    assert!(e.magasin.objets("nuit") == [("grand".to_owned(), grand)]);
    assert_eq!(e.magasin.envois_en_cours(), 0, "rien ne reste des deux envois");
}
